// <form data-passkey="get|create" data-passkey-options="address" hidden>: lets the device show or make a
// passkey and sends its answer. With data-passkey-autofill it also waits in the field for the name.
const forms = window.PublicKeyCredential?.parseRequestOptionsFromJSON
  ? document.querySelectorAll("[data-passkey]")
  : [];
let running = new AbortController();

async function ask(form, mediation) {
  running.abort();
  running = new AbortController();
  const { signal } = running;
  const answer = await fetch(form.dataset.passkeyOptions, { signal });
  const { publicKey } = await answer.json();
  const credential =
    form.dataset.passkey === "create"
      ? await navigator.credentials.create({
          publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey),
          signal,
        })
      : await navigator.credentials.get({
          publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey),
          mediation,
          signal,
        });
  form.elements.credential.value = JSON.stringify(credential);
  form.submit();
}

for (const form of forms) {
  const failure = form.querySelector("[data-passkey-failed]");
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    failure.hidden = true;
    ask(form).catch(() => {
      failure.hidden = false;
    });
  });
  if ("passkeyAutofill" in form.dataset) {
    PublicKeyCredential.isConditionalMediationAvailable?.()
      .then((can) => can && ask(form, "conditional"))
      .catch(() => {});
  }
}
for (const note of document.querySelectorAll("[data-passkey-missing]")) note.hidden = forms.length > 0;
