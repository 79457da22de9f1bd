// The portal in a cellar: without reception a browser that was prepared shows one page, which it keeps.
// Pages always come from the network when there is one; nothing personal is ever kept here (ADR 19).
const PAGE = "{{ page|escapejs }}";

const kept = async (request) => (await caches.match(request)) ?? Response.error();

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname } = new URL(request.url);
  if (request.method !== "GET" || pathname.startsWith("/verwaltung/")) return;
  const isPage = request.mode === "navigate";
  if (isPage || pathname.startsWith("/static/") || pathname === "/marke.css")
    event.respondWith(fetch(request).catch(() => kept(isPage ? PAGE : request)));
});
