SELECT ndc, brand, maker, market, tablets_in_pack, is_ours
FROM brands_file
JOIN market_list USING (ndc)
