// Roller counters: <input data-digits> grows rather than hides a digit, and <div data-live="id of the input"
// data-last data-factor data-low data-high> shows the use since the last reading while somebody types.
const german = new Intl.NumberFormat("de-DE", { maximumFractionDigits: 3 });

const parse = (text) => {
  const compact = text.replace(/\s/g, "");
  if (/^\d{1,3}(\.\d{3})+(,\d+)?$/.test(compact)) return Number(compact.replaceAll(".", "").replace(",", "."));
  return /^(?!\d*\.\d{3}$)(\d+[.,]?\d*|[.,]\d+)$/.test(compact) ? Number(compact.replace(",", ".")) : NaN;
};

const assess = (live, value) => {
  const { last, factor, low, high } = live.dataset;
  const use = (value - last) * factor;
  live.hidden = !(use >= 0);
  if (live.hidden) return;
  const status = use > high ? "high" : use < low ? "low" : "ok";
  const share = 35 + ((use - low) / (high - low)) * 30;
  live.querySelector("[data-use]").textContent = german.format(use);
  live.querySelector(".spanne__ist").setAttribute("x", `${Math.min(Math.max(share, 2), 98)}%`);
  live.querySelector(".spanne").classList.toggle("spanne--warn", status !== "ok");
  for (const pill of live.querySelectorAll("[data-status]")) pill.hidden = pill.dataset.status !== status;
};

for (const input of document.querySelectorAll("[data-digits]")) {
  const card = input.closest(".zaehler__koerper");
  const cut = card.querySelector("[data-cut]");
  const live = card.querySelector("[data-live]");
  let waiting;
  const update = () => {
    const typed = parse(input.value);
    const value = cut ? Math.trunc(typed) : typed;
    if (cut) {
      cut.querySelector("[data-cut-value]").textContent = german.format(value);
      cut.hidden = !(typed > value);
    }
    // More than the counter can show is no use to judge: the check will ask for the red digits.
    if (live) assess(live, value < 10 ** input.dataset.digits ? value : NaN);
  };
  input.addEventListener("input", () => {
    const cells = Math.max(input.dataset.digits, input.value.length);
    card.style.setProperty("--stellen", Math.min(15, cells));
    card.classList.toggle("zaehler__koerper--breit", cells > input.dataset.digits);
    clearTimeout(waiting);
    waiting = setTimeout(update, 600);
  });
}
