// <a data-opens-document>: opens the page it leads to as a dialog, where there is <dialog id="dokument">.
// [data-viewer="address"]: the browser's own viewer in the place of the pictures, where it is of use
// (docs/adr/0006). <select data-submits>: sends its form as soon as something else is chosen.
const canView = navigator.pdfViewerEnabled && !matchMedia("(pointer: coarse)").matches;
const dialog = document.getElementById("dokument");

const showViewer = (pages) => {
  if (!canView || !pages) return;
  pages.removeAttribute("tabindex");
  const { viewer: src, viewerTitle: title } = pages.dataset;
  pages.replaceChildren(Object.assign(document.createElement("iframe"), { src, title }));
};

const markAsRead = (link) => {
  const mark = link.querySelector("[data-news]");
  if (!mark) return;
  mark.remove();
  for (const badge of document.querySelectorAll('[data-news="documents"]')) {
    const [number, words] = badge.children;
    const left = Number(number.textContent) - 1;
    if (left > 0) {
      number.textContent = left;
      words.textContent = words.textContent.replace(/\d+/, left);
    } else if (left === 0) badge.remove();
  }
};

const open = async (link) => {
  const answer = await fetch(link.href);
  if (!answer.ok || answer.redirected) throw new Error("not a document");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const shown = dialog.querySelector("[data-shown-document]");
  dialog.querySelector("h2").textContent = page.querySelector("h1").textContent;
  shown.replaceChildren(...page.querySelector("[data-document]").children);
  const [away, close] = shown.querySelectorAll("[data-closes-document]");
  away.remove();
  close.hidden = false;
  close.addEventListener("click", () => dialog.close());
  const pages = shown.querySelector("[data-viewer]");
  // Here they scroll by themselves: the keyboard must get there.
  pages.tabIndex = 0;
  showViewer(pages);
  dialog.showModal();
  markAsRead(link);
};

if (dialog) {
  for (const link of document.querySelectorAll("[data-opens-document]")) {
    link.setAttribute("aria-haspopup", "dialog");
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      open(link).catch(() => location.assign(link.href));
    });
  }
  // What was shown goes, so that a large document does not stay in the memory.
  dialog.addEventListener("close", () => dialog.querySelector("[data-shown-document]").replaceChildren());
}
showViewer(document.querySelector("main > [data-document] [data-viewer]"));
for (const choice of document.querySelectorAll("[data-submits]")) {
  choice.addEventListener("change", () => choice.form.requestSubmit());
}
