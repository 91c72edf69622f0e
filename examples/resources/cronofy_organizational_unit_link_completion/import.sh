# By the id of a link that is made: importing does not wait.
terraform import cronofy_organizational_unit_link_completion.acme us/ser_64b17f9b8090ea21640c9151
