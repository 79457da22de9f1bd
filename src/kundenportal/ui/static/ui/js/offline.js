// <dialog data-offline>: a form that is posted without a network, as in a cellar, stays where it is, with all that was
// typed; the browser would show its own page of errors instead. Once there is a network again, one click sends it.
// A form that only asks, such as a search, leads to another page as a link does, and is left to the browser.
const dialog = document.querySelector("[data-offline]");

if (dialog) {
  const [without, again] = dialog.querySelectorAll("[data-offline-part]");
  let waiting;

  const show = (isBack) => {
    without.hidden = isBack;
    again.hidden = !isBack;
    dialog.setAttribute("aria-labelledby", (isBack ? again : without).querySelector("h2").id);
    if (!dialog.open) dialog.showModal();
  };

  document.addEventListener("submit", (event) => {
    const method = event.submitter?.formMethod || event.target.method;
    if (navigator.onLine || event.defaultPrevented || method !== "post") return;
    event.preventDefault();
    waiting = { form: event.target, button: event.submitter };
    dialog.returnValue = "";
    show(false);
  });
  addEventListener("online", () => waiting && show(true));
  dialog.addEventListener("close", () => {
    // Closed before there is a network again: it is shown once more when there is.
    if (again.hidden) return;
    const { form, button } = waiting;
    waiting = undefined;
    if (dialog.returnValue === "send") form.requestSubmit(button);
  });
}
