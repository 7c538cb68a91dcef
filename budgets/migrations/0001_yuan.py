from django.db import migrations


class Migration(migrations.Migration):
    """The domain of all amounts: yuan with two decimals, never rounded, never NaN; NULL is "not reported"."""

    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(
            """
            CREATE DOMAIN yuan AS numeric
                CONSTRAINT yuan_is_a_number CHECK (VALUE <> 'NaN')
                CONSTRAINT yuan_below_limit CHECK (VALUE > -1e13 AND VALUE < 1e13)
                CONSTRAINT yuan_to_the_fen CHECK (VALUE = round(VALUE, 2));
            """,
            "DROP DOMAIN yuan;",
        )
    ]
