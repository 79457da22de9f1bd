"""The texts of the portal: imprint, privacy, accessibility, help. Markdown files that a utility can replace.

``de/`` and ``en/`` hold the drafts the portal comes with. A file of the same name below
``KUNDENPORTAL_TEXTS_DIR`` takes the place of a draft.
"""
