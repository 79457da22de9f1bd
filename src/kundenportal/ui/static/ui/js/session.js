// <dialog data-session="seconds left">: asks two minutes before the session ends, and says when it has.
// Tabs tell each other that somebody is there. What is typed stays: the server keeps it until the sign-in.
const dialog = document.querySelector("[data-session]");
const ASKS_BEFORE = 120;

if (dialog) {
  const [asking, ended] = dialog.querySelectorAll("[data-session-part]");
  const stay = asking.querySelector("form");
  const tabs = new BroadcastChannel("session");
  let end;

  const goOn = (seconds) => {
    end = Date.now() + seconds * 1000;
    stay.hidden = seconds <= ASKS_BEFORE;
    if (!stay.hidden) dialog.close();
  };
  const show = (isOver) => {
    asking.hidden = isOver;
    ended.hidden = !isOver;
    dialog.setAttribute("aria-labelledby", (isOver ? ended : asking).querySelector("h2").id);
    if (!dialog.open) dialog.showModal();
  };
  const look = () => {
    const seconds = (end - Date.now()) / 1000;
    if (seconds <= 0) show(true);
    else if (seconds <= ASKS_BEFORE) show(false);
    if (seconds <= 0) clearInterval(clock);
  };

  stay.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await fetch(stay.action, { method: "POST", body: new FormData(stay) });
    const { seconds } = answer.redirected ? { seconds: 0 } : await answer.json();
    tabs.postMessage(seconds);
    goOn(seconds);
  });
  tabs.addEventListener("message", (event) => goOn(event.data));
  goOn(Number(dialog.dataset.session));
  tabs.postMessage(Number(dialog.dataset.session));
  const clock = setInterval(look, 1000);
}
