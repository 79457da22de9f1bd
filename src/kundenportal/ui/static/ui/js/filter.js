// <input data-filter="id of a list">: shows only the rows that contain every word typed.
for (const field of document.querySelectorAll("[data-filter]")) {
  const rows = [...document.getElementById(field.dataset.filter).children];
  const none = document.getElementById(`${field.dataset.filter}-leer`);
  field.addEventListener("input", () => {
    const words = field.value.toLocaleLowerCase("de").split(/\s+/);
    for (const row of rows) {
      const text = row.textContent.toLocaleLowerCase("de");
      row.hidden = !words.every((word) => text.includes(word));
    }
    none.hidden = rows.some((row) => !row.hidden);
  });
}
