// <form data-sent-at-once>: goes on its way when the proof it waited for has been given.
document.querySelector("form[data-sent-at-once]")?.requestSubmit();
