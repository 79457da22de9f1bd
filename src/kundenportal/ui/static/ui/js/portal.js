// Comfort only: every page works without scripts. Each module binds itself by data- attributes.
// "collectstatic" puts the modules in the place of the import lines (kundenportal/ui/static_files.py).
import "./cellar.js";
import "./dialog.js";
import "./hints.js";
import "./password.js";
import "./calendar.js";
import "./filter.js";
import "./unsaved.js";
import "./reading.js";
import "./advance_payment.js";
import "./character_count.js";
import "./print.js";
import "./copy.js";
import "./iban.js";
import "./passkey.js";
import "./documents.js";
import "./kept_form.js";
import "./session.js";
import "./offline.js";
import "./shortcuts.js";
import "./live.js";
