from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mailing", "0002_unwanted_mail")]

    operations = [
        migrations.AddField(
            model_name="outgoingmail",
            name="subject",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddIndex(
            model_name="outgoingmail",
            index=models.Index(fields=["recipient"], name="mail_by_recipient"),
        ),
    ]
