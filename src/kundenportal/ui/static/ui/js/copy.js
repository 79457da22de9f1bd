// <button data-copy="id of the text" hidden>: copies it; the word after it says so.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).innerText);
    document.getElementById(button.dataset.copied).hidden = false;
  });
}
