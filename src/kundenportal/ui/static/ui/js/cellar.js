// Readings without reception (ux.md C5, F7). A browser that was prepared keeps the entry forms and their
// tokens in "keller", and what was typed in "ausgang"; it hands that in when there is reception again.
// What was typed stays there until the portal has it, also when the browser is not prepared any more.
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
const keptDevice = () => ({ device: crypto.randomUUID(), places: {}, ...read("keller", {}) });
const drawn = (markup) => new DOMParser().parseFromString(markup, "text/html").body.children;
const outbox = document.querySelector("main [data-outbox]");
const leaving = document.querySelector("[data-leaving]");
const offer = document.querySelector("[data-cellar-offer]");
const page = document.querySelector("[data-cellar-page]");

const show = (into, state, { url, reference } = {}) => {
  if (!into.firstElementChild) into.append(...drawn(read("keller", {}).words ?? ""));
  const shown = into.querySelector(`[data-outbox-state=${state}]`);
  if (!shown) return;
  shown.hidden = false;
  if (url) shown.querySelector("[data-outbox-link]").href = url;
  if (reference) shown.querySelector("[data-outbox-reference]").textContent = reference;
};

const prepare = async (place, url, token, renews = false) => {
  const { device } = keptDevice();
  // Kept before anything is asked for: tabs share the id, and a browser that keeps nothing needs no token.
  write("keller", { ...keptDevice(), device });
  const sent = new URLSearchParams({ csrfmiddlewaretoken: token, geraet: device, ...(renews && { erneuern: 1 }) });
  const answer = await fetch(url, { method: "POST", body: sent });
  // Led elsewhere: signed out. Not found: not this login's place any more, or ended in the list of devices.
  if (answer.redirected || !(answer.ok || answer.status === 404)) return false;
  const { words, ...given } = answer.ok ? await answer.json() : {};
  // Read only now: another tab may have kept another place meanwhile.
  const kept = { ...keptDevice(), device };
  if (answer.ok) Object.assign(kept, { words, places: { ...kept.places, [place]: { ...given, url } } });
  else delete kept.places[place];
  write("keller", kept);
  // A page without any form would promise what it cannot do.
  if (!Object.keys(kept.places).length) await caches.delete("keller");
  return answer.ok;
};

const keepPage = async ({ worker, page: url }) => {
  await navigator.serviceWorker.register(worker, { scope: "/" });
  // Only now does it answer: without reception before that, the browser would show its own page of errors.
  await navigator.serviceWorker.ready;
  const parts = performance.getEntriesByType("resource").map((each) => new URL(each.name));
  const own = parts.filter(({ origin, pathname }) => origin === location.origin && /^\/(static\/|marke\.css)/.test(pathname));
  const cache = await caches.open("keller");
  // Without cookies: what is kept names nobody.
  await cache.addAll([new Request(url, { credentials: "omit" }), ...own.map(String)]);
};

const handIn = async (url, item, token) => {
  const answer = await fetch(url, {
    method: "POST",
    credentials: "omit",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ key: item.key, day: item.day, typed: item.typed }),
  });
  return answer.headers.get("Content-Type") === "application/json" ? answer.json() : { state: "later" };
};

const send = async (into) => {
  show(into, "kept");
  const { outboxWords: url } = into.firstElementChild.dataset;
  const csrf = document.querySelector("[data-session] [name=csrfmiddlewaretoken]")?.value;
  for (const item of read("ausgang", [])) {
    let told = await handIn(url, item, placesKept()[item.place]?.token);
    if (told.state === "over" && csrf && (await prepare(item.place, item.url, csrf)))
      told = await handIn(url, item, placesKept()[item.place].token);
    show(into, told.state, told);
    // It says already that they are on this device, and what to do.
    if (told.state === "over") into.querySelector("[data-outbox-state=kept]").hidden = true;
    if (!["arrived", "waiting"].includes(told.state)) continue;
    write("ausgang", read("ausgang", []).filter(({ key }) => key !== item.key));
  }
  if (read("ausgang", []).length) return;
  for (const state of ["kept", "over"]) into.querySelector(`[data-outbox-state=${state}]`).hidden = true;
};

const sendWhenOnline = () => {
  if (!outbox || !read("ausgang", []).length) return;
  // Two tabs at once do no harm: the portal knows the key of what it has.
  if (navigator.onLine && document.visibilityState === "visible") send(outbox).catch(() => {});
  else show(outbox, "kept");
};

const today = () => new Date().toLocaleDateString("de-DE", { day: "2-digit", month: "2-digit", year: "numeric" });

const isoToday = () => {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
};

const keepTyped = (form, place) => {
  const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string" && value);
  const typed = { ablesedatum: today(), ...Object.fromEntries(fields) };
  delete typed.csrfmiddlewaretoken;
  const isFilled = Object.keys(typed).some((name) => name.startsWith("stand-"));
  // The day: words such as "gestern" mean another one when they arrive.
  const item = { key: crypto.randomUUID(), place, url: placesKept()[place]?.url, day: isoToday(), typed };
  if (isFilled) write("ausgang", [...read("ausgang", []), item]);
  return isFilled;
};

const hasPicture = (form) =>
  [...new FormData(form)].some(([name, value]) => value.size || (name.startsWith("bild-") && value));

const tellKept = () => {
  sendWhenOnline();
  // What had the focus is gone, or empty.
  outbox.tabIndex = -1;
  outbox.focus();
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
    tellKept();
  });
}

const canKeep = () => {
  try {
    return "serviceWorker" in navigator && "caches" in window && Boolean(localStorage);
  } catch {
    return false;
  }
};

if (offer && canKeep()) {
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
    // A picture, or nothing to keep: then all stays in the page, as in any other form (offline.js).
    if (navigator.onLine || !isReady() || event.submitter?.name || hasPicture(event.target)) return;
    if (!keepTyped(event.target, place)) return;
    event.preventDefault();
    event.target.reset();
    tellKept();
  });
}

// Signing out clears what the browser keeps: while readings wait for the portal, it asks first.
const valuesWaiting = () =>
  read("ausgang", []).flatMap(({ typed }) => Object.keys(typed).filter((name) => name.startsWith("stand-"))).length;

if (leaving) {
  const [asking, sent] = leaving.querySelectorAll("[data-leaving-part]");
  const failed = asking.querySelector("[role=alert]");
  let signOut;
  const ask = (isSent) => {
    const count = valuesWaiting();
    asking.hidden = isSent;
    sent.hidden = !isSent;
    for (const words of asking.querySelectorAll("[data-leaving-count]"))
      words.hidden = (words.dataset.leavingCount === "one") !== (count === 1);
    asking.querySelector("[data-leaving-number]").textContent = count;
    leaving.setAttribute("aria-labelledby", (isSent ? sent : asking).querySelector("h2").id);
  };
  document.addEventListener("submit", (event) => {
    // Without a network the form stays where it is, as any other (offline.js).
    if (!event.target.matches("[data-sign-out]") || signOut || !navigator.onLine || !valuesWaiting()) return;
    event.preventDefault();
    signOut = event.target;
    failed.hidden = true;
    leaving.returnValue = "";
    ask(false);
    leaving.showModal();
  });
  asking.querySelector("form").addEventListener("submit", async (event) => {
    if (event.submitter.value !== "send") return;
    event.preventDefault();
    failed.hidden = true;
    await send(sent.querySelector("[data-outbox]")).catch(() => {});
    failed.hidden = !valuesWaiting();
    ask(!valuesWaiting());
    if (!sent.hidden) sent.querySelector("button").focus();
  });
  leaving.addEventListener("close", () => {
    if (leaving.returnValue === "leave") signOut.requestSubmit();
    signOut = undefined;
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
