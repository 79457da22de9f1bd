// <div data-live="where it stands" data-live-on>: while something is done about what it shows, it is fetched
// anew every two seconds and replaced; [data-live-status] says where it stands now. Without scripts a link does
// the same (data-live-without), and after ten minutes: a page left open must not keep somebody signed in.
const SECONDS = 2;
const MINUTES = 10;
const until = Date.now() + MINUTES * 60_000;

const live = (root) => root.querySelector("[data-live]");

const showLinks = (part, isShown) => {
  for (const link of part.querySelectorAll("[data-live-without]")) link.hidden = !isShown;
};

const replace = (shown, news) => {
  const focused = shown.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  const status = document.querySelector("[data-live-status]");
  if (shown.dataset.live !== news.dataset.live) status.textContent = news.dataset.live;
  showLinks(news, !("liveOn" in news.dataset));
  shown.replaceWith(document.adoptNode(news));
  if (focused) news.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
};

const follow = async () => {
  if (Date.now() > until) {
    showLinks(live(document), true);
    return;
  }
  const answer = await fetch(location.href).catch(() => null);
  // Whoever was signed out meanwhile is led elsewhere: nothing of that belongs here.
  if (answer?.redirected) return;
  const page = answer?.ok ? await answer.text().catch(() => "") : "";
  const news = live(new DOMParser().parseFromString(page, "text/html"));
  if (news) replace(live(document), news);
  if (!news || "liveOn" in news.dataset) setTimeout(follow, SECONDS * 1000);
};

const shown = live(document);
if (shown && "liveOn" in shown.dataset) {
  showLinks(shown, false);
  setTimeout(follow, SECONDS * 1000);
}
