// <form data-advance-payment>: adds up the amounts of <input data-current data-low data-high> in [data-total], where one
// that is not possible leaves the current one, and tells in [data-forecast="id of the input"][data-cost] how a year with
// the amount would end.
const NEARLY_BALANCED = 12;
const WORTH_A_WARNING = 0.1;
const money = new Intl.NumberFormat("de-DE", { style: "currency", currency: "EUR" });
const whole = new Intl.NumberFormat("de-DE");

const parse = (text) => {
  const compact = text.replace(/[\s€]/g, "");
  if (/^\d{1,3}(\.\d{3})+(,\d+)?$/.test(compact)) return Number(compact.replaceAll(".", "").replace(",", "."));
  return /^(?!\d*\.\d{3}$)(\d+[.,]?\d*|[.,]\d+)$/.test(compact) ? Number(compact.replace(",", ".")) : NaN;
};

const tell = (forecast, amount) => {
  const cost = Number(forecast.dataset.cost);
  const euros = Math.round(12 * amount - cost);
  const nearly = Math.abs(euros) < NEARLY_BALANCED ? "nearly" : "debit";
  const kind = euros > 0 ? "credit" : euros < 0 ? nearly : "even";
  for (const text of forecast.querySelectorAll("[data-balance]")) text.hidden = text.dataset.balance !== kind;
  for (const number of forecast.querySelectorAll("[data-euros]")) number.textContent = whole.format(Math.abs(euros));
  const warns = -euros > WORTH_A_WARNING * cost;
  forecast.classList.toggle("prognose--warn", warns);
  forecast.classList.toggle("prognose--ok", !warns);
};

for (const form of document.querySelectorAll("[data-advance-payment]")) {
  const inputs = [...form.querySelectorAll("[data-current]")];
  const amountOf = (input) => {
    const typed = parse(input.value);
    return Number.isNaN(typed) ? Number(input.dataset.current) : typed;
  };
  const askedFor = (input) => {
    const amount = amountOf(input);
    const isPossible = amount >= Number(input.dataset.low) && amount <= Number(input.dataset.high);
    return isPossible ? amount : Number(input.dataset.current);
  };
  const update = (input) => {
    form.querySelector("[data-total]").textContent = money.format(inputs.reduce((sum, each) => sum + askedFor(each), 0));
    const forecast = form.querySelector(`[data-forecast="${input.id}"]`);
    if (forecast) tell(forecast, amountOf(input));
  };
  let waiting;
  form.addEventListener("input", (event) => {
    if (!inputs.includes(event.target)) return;
    clearTimeout(waiting);
    waiting = setTimeout(update, 600, event.target);
  });
}
