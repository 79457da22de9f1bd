// <button data-reveal="id of the field">: shows what was typed, and hides it again before it is sent.
for (const button of document.querySelectorAll("[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  const word = button.querySelector("[data-reveal-word]");
  const show = (visible) => {
    field.type = visible ? "text" : "password";
    word.textContent = visible ? button.dataset.revealHide : button.dataset.revealShow;
  };
  button.hidden = false;
  button.addEventListener("click", () => show(field.type === "password"));
  field.form?.addEventListener("submit", () => show(false));
}
