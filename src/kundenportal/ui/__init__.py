"""Base templates, components, styles, scripts, icons, fonts and branding."""
