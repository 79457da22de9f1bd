"""The addresses of the customer site."""

from django.urls import URLPattern, URLResolver, path

from kundenportal.selfservice.views import (
    account,
    account_app,
    account_devices,
    account_email,
    account_passkeys,
    account_password,
    account_recovery_codes,
    account_security,
    appearance,
    confirm_identity_passkey,
    confirm_sign_in,
    disavowal,
    home,
    passkey_sign_in,
    passwords,
    proof,
    readings,
    registration,
    selection,
    session,
    sign_in,
)

app_name = "selfservice"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", selection.root, name="root"),
    path("anmelden/", sign_in.sign_in, name="sign_in"),
    path("anmelden/passkey/", passkey_sign_in.sign_in_passkey, name="sign_in_passkey"),
    path(
        "anmelden/passkey/abfrage/", passkey_sign_in.sign_in_passkey_options, name="sign_in_passkey_options"
    ),
    path("anmelden/bestaetigen/", confirm_sign_in.confirm_sign_in, name="confirm_sign_in"),
    path(
        "anmelden/bestaetigen/wiederherstellung/",
        confirm_sign_in.confirm_sign_in_recovery,
        name="confirm_sign_in_recovery",
    ),
    path(
        "anmelden/bestaetigen/passkey/",
        confirm_sign_in.confirm_sign_in_passkey,
        name="confirm_sign_in_passkey",
    ),
    path(
        "anmelden/bestaetigen/passkey/abfrage/",
        confirm_sign_in.confirm_sign_in_passkey_options,
        name="confirm_sign_in_passkey_options",
    ),
    path("abmelden/", sign_in.sign_out, name="sign_out"),
    path("sitzung/verlaengern/", session.extend_session, name="extend_session"),
    path("registrieren/", registration.register, name="register"),
    path("registrieren/gesendet/", registration.register_sent, name="register_sent"),
    path("passwort-festlegen/<str:token>/", registration.set_password, name="set_password"),
    path("passwort-festlegen/<str:token>/brief/", registration.request_letter, name="request_letter"),
    path("passwort-festlegen/<str:token>/neuer-link/", registration.renew_link, name="renew_link"),
    path("passwort-vergessen/", passwords.forgot_password, name="forgot_password"),
    path("passwort-vergessen/gesendet/", passwords.forgot_password_sent, name="forgot_password_sent"),
    path("passwort-neu/<str:token>/", passwords.reset_password, name="reset_password"),
    path("das-war-ich-nicht/<str:token>/", disavowal.disavow, name="disavow"),
    path("zugang-gesichert/", disavowal.disavowed, name="disavowed"),
    path("konto/", account.account, name="account"),
    path("konto/passwort/", account_password.account_password, name="account_password"),
    path("konto/email/", account_email.account_email, name="account_email"),
    path("konto/email/abbrechen/", account_email.account_email_stop, name="account_email_stop"),
    path("konto/sicherheit/", account_security.account_security, name="account_security"),
    path(
        "konto/sicherheit/passkeys/neu/", account_passkeys.account_passkeys_add, name="account_passkeys_add"
    ),
    path(
        "konto/sicherheit/passkeys/neu/vorgabe/",
        account_passkeys.account_passkeys_add_options,
        name="account_passkeys_add_options",
    ),
    path(
        "konto/sicherheit/passkeys/<str:passkey_id>/umbenennen/",
        account_passkeys.account_passkey_rename,
        name="account_passkey_rename",
    ),
    path(
        "konto/sicherheit/passkeys/<str:passkey_id>/entfernen/",
        account_passkeys.account_passkey_remove,
        name="account_passkey_remove",
    ),
    path("konto/sicherheit/app/", account_app.account_app, name="account_app"),
    path("konto/sicherheit/app/entfernen/", account_app.account_app_remove, name="account_app_remove"),
    path(
        "konto/sicherheit/wiederherstellung/",
        account_recovery_codes.account_recovery_codes,
        name="account_recovery_codes",
    ),
    path(
        "konto/sicherheit/wiederherstellung/datei/",
        account_recovery_codes.account_recovery_codes_file,
        name="account_recovery_codes_file",
    ),
    path(
        "konto/sicherheit/wiederherstellung/aufgehoben/",
        account_recovery_codes.account_recovery_codes_done,
        name="account_recovery_codes_done",
    ),
    path("konto/geraete/", account_devices.account_devices, name="account_devices"),
    path(
        "konto/geraete/abmelden/",
        account_devices.account_devices_end_others,
        name="account_devices_end_others",
    ),
    path(
        "konto/geraete/<str:device_id>/abmelden/",
        account_devices.account_devices_end,
        name="account_devices_end",
    ),
    path("email-bestaetigen/<str:token>/", account_email.confirm_email, name="confirm_email"),
    path("konto/bestaetigen/", proof.confirm_identity, name="confirm_identity"),
    path(
        "konto/bestaetigen/passkey/",
        confirm_identity_passkey.confirm_identity_passkey,
        name="confirm_identity_passkey",
    ),
    path(
        "konto/bestaetigen/passkey/abfrage/",
        confirm_identity_passkey.confirm_identity_passkey_options,
        name="confirm_identity_passkey_options",
    ),
    path("konto/fortsetzen/<str:form_id>/", proof.continue_form, name="continue_form"),
    path("auswahl/", selection.selection, name="selection"),
    path("darstellung/", appearance.appearance, name="appearance"),
    path("vs/<str:premise_id>/", home.home, name="home"),
    path("vs/<str:premise_id>/zaehlerstaende/", readings.enter, name="readings"),
    path("vs/<str:premise_id>/zaehlerstaende/pruefen/", readings.check, name="readings_check"),
    path("vs/<str:premise_id>/zaehlerstaende/gesendet/<str:reference>/", readings.sent, name="readings_sent"),
]
