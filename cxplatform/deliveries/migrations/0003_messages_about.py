from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("deliveries", "0002_messages_to_customers")]

    operations = [
        migrations.AddIndex(
            model_name="outgoingmessage",
            index=models.Index(
                condition=models.Q(("given_up_at", None), ("sent_at", None)),
                fields=["tenant", "about"],
                name="message_about",
            ),
        ),
    ]
