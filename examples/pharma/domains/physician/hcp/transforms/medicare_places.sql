SELECT
    places.npi,
    places.address_id,
    people.last_name,
    people.first_name,
    people.middle_name,
    people.credential,
    people.sex,
    places.specialty,
    places.street,
    places.city,
    places.state,
    places.zip
FROM medicare.addresses AS places
JOIN medicare.clinicians AS people USING (npi)
