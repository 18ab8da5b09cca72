SELECT profile_id, last_name, first_name, street, city, state_name AS state, zip
FROM disclosed.doctors
