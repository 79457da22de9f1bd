// <p data-characters="id of a field" data-most>: says how many characters still fit. Screen readers hear it
// only when few are left, once the typing rests.
const FEW = 200;
const REST = 800;

for (const counter of document.querySelectorAll("[data-characters]")) {
  const field = document.getElementById(counter.dataset.characters);
  const spoken = document.createElement("p");
  spoken.className = "visually-hidden";
  spoken.setAttribute("role", "status");
  counter.after(spoken);
  let timer;

  const tell = () => {
    const left = Number(counter.dataset.most) - [...field.value.trim()].length;
    const words = left < 0 ? counter.dataset.over : counter.dataset.left;
    counter.textContent = words.replace("%n", Math.abs(left).toLocaleString(document.documentElement.lang));
    counter.toggleAttribute("data-is-over", left < 0);
    clearTimeout(timer);
    timer = setTimeout(() => {
      spoken.textContent = left < FEW ? counter.textContent : "";
    }, REST);
  };
  field.addEventListener("input", tell);
  counter.hidden = false;
  tell();
}
