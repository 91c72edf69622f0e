# By <data center>/<service account>, or by the service account alone. Importing mints nothing.
terraform import cronofy_organizational_unit_link.acme us/ser_64b17f9b8090ea21640c9151
