// <body data-shortcuts>: a letter leads somewhere, unless somebody is typing; nothing happens before Enter.
// j and k go through [data-row]; [data-key="e"] is what the letter e leads to, out of its <details>.
function aimOf(key) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (key !== "j" && key !== "k") return document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const at = rows.indexOf(document.activeElement);
  return rows[key === "j" ? Math.min(at + 1, rows.length - 1) : Math.max(at - 1, 0)];
}

if ("shortcuts" in document.body.dataset) {
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("textarea, select, dialog, input:not([type=checkbox])");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
    const aim = aimOf(event.key);
    if (!aim) return;
    event.preventDefault();
    aim.closest("details")?.setAttribute("open", "");
    aim.focus();
  });
}
