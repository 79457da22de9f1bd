// <a> in [data-leaves="id of a dialog"]: asks first when a form of the page holds something typed.
const isChanged = (field) =>
  field.matches("select")
    ? field.selectedOptions[0] !== (field.querySelector("option[selected]") ?? field.options[0])
    : field.value !== field.defaultValue || field.checked !== field.defaultChecked;
const hasTyped = () =>
  document.getElementById("fehler") !== null ||
  [...document.querySelectorAll("main form :is(input, textarea, select)")].some(isChanged);

for (const list of document.querySelectorAll("[data-leaves]")) {
  const dialog = document.getElementById(list.dataset.leaves);
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || !hasTyped()) return;
    event.preventDefault();
    dialog.querySelector("a").href = link.href;
    dialog.showModal();
  });
}
