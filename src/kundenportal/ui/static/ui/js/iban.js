// <input data-iban="address">: groups of four when left, and the name of a German bank in [data-bank-of="its id"].
// Only the bank's code is sent, never the account.
const GERMAN = /^DE\d{20}$/;
const compact = (text) => text.replace(/[\s.\-–]/g, "").toUpperCase();

for (const input of document.querySelectorAll("[data-iban]")) {
  const told = document.querySelector(`[data-bank-of="${input.id}"]`);
  const tell = (name) => {
    told.hidden = !name;
    told.querySelector("span").textContent = name;
  };
  input.addEventListener("change", async () => {
    const iban = compact(input.value);
    if (!/^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(iban)) return tell("");
    input.value = iban.replace(/(.{4})(?=.)/g, "$1 ");
    if (!GERMAN.test(iban)) return tell("");
    try {
      const answer = await fetch(`${input.dataset.iban}?blz=${iban.slice(4, 12)}`);
      tell(answer.ok ? (await answer.json()).name : "");
    } catch {
      tell("");
    }
  });
}
