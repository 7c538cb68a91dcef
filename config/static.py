"""How static files are served outside the tests: compressed, under names that carry their digest."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Hashed names for the imports between script modules too, so that a browser never mixes two versions."""

    support_js_module_import_aggregation = True
