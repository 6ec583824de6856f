"""The inputs of finkvra-bot's models from Fink's ZTF packets or the bot's archive."""

from .columns import COLUMNS, KEYS
from .features import SPARK_SCHEMA, alert_features, features, features_of_batches

__all__ = ["COLUMNS", "KEYS", "SPARK_SCHEMA", "alert_features", "features", "features_of_batches"]
