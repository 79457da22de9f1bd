// Escape hides the name under a symbol until pointer and focus are elsewhere (WCAG 1.4.13).
const off = "data-hints-off";
for (const bar of document.querySelectorAll(".symbole")) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") bar.setAttribute(off, "");
  });
  for (const item of bar.querySelectorAll("li")) {
    for (const leave of ["pointerleave", "focusout"]) {
      item.addEventListener(leave, () => bar.removeAttribute(off));
    }
  }
}
