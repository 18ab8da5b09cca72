SELECT week, version, npi, ndc, trx, units FROM files
