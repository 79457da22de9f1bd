// <button data-calendar="id of the text field">: the browser's calendar as an extra; the text stays in charge.
const toIso = (german) => german.trim().split(".").reverse().join("-");
const toGerman = (iso) => iso.split("-").reverse().join(".");

for (const button of document.querySelectorAll("[data-calendar]")) {
  const text = document.getElementById(button.dataset.calendar);
  const picker = Object.assign(document.createElement("input"), {
    type: "date",
    className: "kalender",
    tabIndex: -1,
  });
  if (!picker.showPicker) continue;
  picker.min = text.dataset.min ?? "";
  picker.max = text.dataset.max ?? "";
  picker.setAttribute("aria-hidden", "true");
  button.after(picker);
  button.hidden = false;
  button.addEventListener("click", () => {
    picker.value = toIso(text.value);
    picker.showPicker();
  });
  picker.addEventListener("change", () => {
    text.value = toGerman(picker.value);
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  });
}
