"""The addresses of the back office."""

from django.urls import URLPattern, URLResolver, path

from kundenportal.backoffice.views import (
    access_link,
    case,
    case_files,
    confirm_sign_in,
    customer,
    customers,
    inbox,
    own_access,
    passkey_sign_in,
    people,
    session,
    sign_in,
    viewing,
)

app_name = "backoffice"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", session.root, name="root"),
    path("anmelden/", sign_in.sign_in, name="sign_in"),
    path("anmelden/passkey/", passkey_sign_in.sign_in_passkey, name="sign_in_passkey"),
    path(
        "anmelden/passkey/abfrage/", passkey_sign_in.sign_in_passkey_options, name="sign_in_passkey_options"
    ),
    path("anmelden/bestaetigen/", confirm_sign_in.confirm_sign_in, name="confirm_sign_in"),
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
    path("fortsetzen/<str:form_id>/", session.continue_form, name="continue_form"),
    path("zugang/<str:token>/", access_link.access_link, name="access_link"),
    path("zugang/<str:token>/zweiter-faktor/", access_link.access_link_factor, name="access_link_factor"),
    path("zugang/<str:token>/passkey/", access_link.access_link_passkey, name="access_link_passkey"),
    path(
        "zugang/<str:token>/passkey/abfrage/",
        access_link.access_link_passkey_options,
        name="access_link_passkey_options",
    ),
    path("eingang/", inbox.inbox, name="inbox"),
    path("eingang/zuweisen/", inbox.inbox_assign, name="inbox_assign"),
    path("eingang/plausible/", inbox.inbox_plausible, name="inbox_plausible"),
    path("eingang/<str:reference>/", case.inbox_case, name="inbox_case"),
    path("eingang/<str:reference>/uebernehmen/", case.inbox_accept, name="inbox_accept"),
    path("eingang/<str:reference>/rueckfrage/", case.inbox_ask, name="inbox_ask"),
    path("eingang/<str:reference>/antworten/", case.inbox_answer, name="inbox_answer"),
    path("eingang/<str:reference>/datei/<str:file_id>/", case_files.inbox_file, name="inbox_file"),
    path("eingang/<str:reference>/ablehnen/", case.inbox_refuse, name="inbox_refuse"),
    path("eingang/<str:reference>/zuweisen/", case.inbox_case_assign, name="inbox_case_assign"),
    path("eingang/<str:reference>/notiz/", case.inbox_note, name="inbox_note"),
    path("kunden/", customers.customers, name="customers"),
    path("kunden/<str:slug>/", customer.customers_customer, name="customers_customer"),
    path("kunden/<str:slug>/zaehler/", customer.customers_meters, name="customers_meters"),
    path("kunden/<str:slug>/dokumente/", customer.customers_documents, name="customers_documents"),
    path("kunden/<str:slug>/vorgaenge/", customer.customers_submissions, name="customers_submissions"),
    path("kunden/<str:slug>/e-mails/", customer.customers_mails, name="customers_mails"),
    path("kunden/<str:slug>/sitzungen/", customer.customers_sessions, name="customers_sessions"),
    path("kunden/<str:slug>/protokoll/", customer.customers_log, name="customers_log"),
    path("kunden/<str:slug>/ansehen/", viewing.customers_view, name="customers_view"),
    path("ansicht/", viewing.viewing_page, name="viewing"),
    path("ansicht/<path:page>", viewing.viewing_page, name="viewing_page"),
    path("ansicht-beenden/", viewing.viewing_end, name="viewing_end"),
    path("personen/", people.people, name="people"),
    path("personen/neu/", people.people_new, name="people_new"),
    path("personen/<int:member_id>/rolle/", people.people_role, name="people_role"),
    path("personen/<int:member_id>/neuer-link/", people.people_link, name="people_link"),
    path("personen/<int:member_id>/schliessen/", people.people_close, name="people_close"),
    path("mein-zugang/", own_access.own_access, name="own_access"),
    path("mein-zugang/passwort/", own_access.own_access_password, name="own_access_password"),
    path("mein-zugang/darstellung/", own_access.own_access_appearance, name="own_access_appearance"),
]
