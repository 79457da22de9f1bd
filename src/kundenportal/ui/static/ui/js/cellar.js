// Readings without reception (ux.md C5, F7). A browser that was prepared keeps the entry forms and their
// tokens in "keller", and what was typed in "ausgang"; it hands that in when there is reception again.
// Comes before the other modules: they bind themselves to the forms that are drawn here.
const read = (name, empty) => {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? empty;
  } catch {
    // A browser may forbid to keep anything; then nothing is kept.
    return empty;
  }
};
const write = (name, value) => localStorage.setItem(name, JSON.stringify(value));
const placesKept = () => read("keller", { places: {} }).places;
const drawn = (markup) => new DOMParser().parseFromString(markup, "text/html").body.children;
const outbox = document.querySelector("[data-outbox]");
const offer = document.querySelector("[data-cellar-offer]");
const page = document.querySelector("[data-cellar-page]");

const show = (state, { url, reference } = {}) => {
  if (!outbox.firstElementChild) outbox.append(...drawn(Object.values(placesKept())[0]?.words ?? ""));
  const shown = outbox.querySelector(`[data-outbox-state=${state}]`);
  if (!shown) return;
  shown.hidden = false;
  if (url) shown.querySelector("[data-outbox-link]").href = url;
  if (reference) shown.querySelector("[data-outbox-reference]").textContent = reference;
};

const prepare = async (place, url, token, renews = false) => {
  const kept = read("keller", { device: crypto.randomUUID(), places: {} });
  const sent = new URLSearchParams({ csrfmiddlewaretoken: token, geraet: kept.device, ...(renews && { erneuern: 1 }) });
  const answer = await fetch(url, { method: "POST", body: sent });
  // Led elsewhere: signed out. Not found: not this login's place any more, or ended in the list of devices.
  if (answer.status === 404) delete kept.places[place];
  else if (answer.ok && !answer.redirected) kept.places[place] = { ...(await answer.json()), url };
  else return false;
  write("keller", kept);
  return answer.ok;
};

const keepPage = async ({ worker, page: url }) => {
  await navigator.serviceWorker.register(worker, { scope: "/" });
  const parts = performance.getEntriesByType("resource").map((each) => new URL(each.name));
  const own = parts.filter(({ origin, pathname }) => origin === location.origin && /^\/(static\/|marke\.css)/.test(pathname));
  const cache = await caches.open("keller");
  // Without cookies: what is kept names nobody.
  await cache.addAll([new Request(url, { credentials: "omit" }), ...own.map(String)]);
};

const handIn = async (item, token) => {
  const answer = await fetch(outbox.firstElementChild.dataset.outboxWords, {
    method: "POST",
    credentials: "omit",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ key: item.key, typed: item.typed }),
  });
  return answer.headers.get("Content-Type") === "application/json" ? answer.json() : { state: "later" };
};

const send = async () => {
  const csrf = document.querySelector("[data-session] [name=csrfmiddlewaretoken]")?.value;
  for (const item of read("ausgang", [])) {
    const { token, url } = placesKept()[item.place] ?? {};
    let told = await handIn(item, token);
    if (told.state === "over" && csrf && url && (await prepare(item.place, url, csrf)))
      told = await handIn(item, placesKept()[item.place].token);
    show(told.state, told);
    if (!["arrived", "waiting"].includes(told.state)) continue;
    write("ausgang", read("ausgang", []).filter(({ key }) => key !== item.key));
  }
  if (!read("ausgang", []).length) outbox.querySelector("[data-outbox-state=kept]").hidden = true;
};

const sendWhenOnline = () => {
  if (!outbox || !read("ausgang", []).length) return;
  show("kept");
  // Two tabs at once do no harm: the portal knows the key of what it has.
  if (navigator.onLine && document.visibilityState === "visible") send().catch(() => {});
};

const today = () => new Date().toLocaleDateString("de-DE", { day: "2-digit", month: "2-digit", year: "numeric" });

const keepTyped = (form, place) => {
  const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string" && value);
  const typed = { ablesedatum: today(), ...Object.fromEntries(fields) };
  delete typed.csrfmiddlewaretoken;
  const isFilled = Object.keys(typed).some((name) => name.startsWith("stand-"));
  if (isFilled) write("ausgang", [...read("ausgang", []), { key: crypto.randomUUID(), place, typed }]);
  return isFilled;
};

if (page) {
  for (const { form } of Object.values(placesKept())) {
    page.append(...drawn(form));
    page.lastElementChild.querySelector("[name=ablesedatum]").value = today();
  }
  page.addEventListener("submit", (event) => {
    event.preventDefault();
    const isKept = keepTyped(event.target, event.target.dataset.cellarForm);
    event.target.querySelector("[data-cellar-empty]").hidden = isKept;
    if (!isKept) return;
    event.target.closest("section").remove();
    sendWhenOnline();
    outbox.scrollIntoView();
  });
}

if (offer && "serviceWorker" in navigator) {
  const place = offer.dataset.cellarOffer;
  const isReady = () => place in placesKept();
  const ready = offer.querySelector("[data-cellar-ready]");
  const failed = offer.querySelector("[data-cellar-failed]");
  const start = async (renews) => {
    const done = await prepare(place, offer.action, offer.elements.csrfmiddlewaretoken.value, renews)
      .then((isDone) => isDone && keepPage(offer.dataset).then(() => true))
      .catch(() => false);
    ready.hidden = !done;
    failed.hidden = done || renews;
    offer.querySelector("button").hidden = done;
  };
  offer.hidden = false;
  offer.addEventListener("submit", (event) => {
    event.preventDefault();
    start(false);
  });
  // Prepared before: what is kept is renewed, quietly, so that it shows the last values.
  if (isReady()) start(true);
  document.querySelector("form[data-readings]")?.addEventListener("submit", (event) => {
    if (navigator.onLine || !isReady()) return;
    event.preventDefault();
    if (!keepTyped(event.target, place)) return;
    event.target.reset();
    sendWhenOnline();
    outbox.scrollIntoView();
  });
}

const tellWhetherOnline = () => {
  for (const part of page?.parentElement.querySelectorAll("[data-cellar-title]") ?? [])
    part.hidden = (part.dataset.cellarTitle === "online") !== navigator.onLine;
};

tellWhetherOnline();
sendWhenOnline();
for (const event of ["online", "offline"]) addEventListener(event, tellWhetherOnline);
addEventListener("online", sendWhenOnline);
document.addEventListener("visibilitychange", sendWhenOnline);
