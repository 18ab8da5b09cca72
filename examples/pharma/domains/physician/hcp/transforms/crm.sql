-- Who has no address is no person as a rule (`Front Desk`, `Test Account`), and cannot be told from others.
SELECT
    customers.crm_id,
    customers.last_name,
    customers.first_name,
    customers.title           AS credential,
    specialties.medicare_specialty AS specialty,
    customers.street,
    customers.city,
    customers.state,
    customers.zip,
    customers.phone,
    customers.email,
    customers.npi,
    customers.exported_on
FROM customers
LEFT JOIN specialties ON specialties.code = customers.specialty_code
WHERE customers.street IS NOT NULL OR customers.city IS NOT NULL
