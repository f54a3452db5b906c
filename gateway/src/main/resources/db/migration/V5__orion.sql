-- The Orion catalogue: four tiers, 32 features in 8 categories, three limits.

SELECT set_config('tiergate.actor', 'migration', true);

INSERT INTO tiers (code, name, display_order, price_monthly_cents, price_annual_cents) VALUES
    ('essential', 'Essential', 1, 2900, 29000),
    ('professional', 'Professional', 2, 7900, 79000),
    ('business', 'Business', 3, 14900, 149000),
    ('enterprise', 'Enterprise', 4, 39900, 399000);

INSERT INTO features (category, code, name, minimum_tier_code) VALUES
    ('analytics', 'basic_analytics', 'Basic Analytics', 'essential'),
    ('analytics', 'analytics_dashboard', 'Analytics Dashboard', 'professional'),
    ('analytics', 'advanced_analytics', 'Advanced Analytics', 'business'),
    ('analytics', 'custom_reports', 'Custom Reports', 'enterprise'),
    ('product_management', 'basic_products', 'Product Management', 'essential'),
    ('product_management', 'bulk_product_edit', 'Bulk Product Edit', 'professional'),
    ('product_management', 'product_variants', 'Product Variants', 'professional'),
    ('product_management', 'product_bundles', 'Product Bundles', 'business'),
    ('product_management', 'inventory_alerts', 'Inventory Alerts', 'professional'),
    ('order_management', 'basic_orders', 'Order Management', 'essential'),
    ('order_management', 'order_automation', 'Order Automation', 'professional'),
    ('order_management', 'advanced_fulfillment', 'Advanced Fulfillment', 'business'),
    ('order_management', 'multi_warehouse', 'Multi-Warehouse', 'enterprise'),
    ('marketing', 'discount_codes', 'Discount Codes', 'professional'),
    ('marketing', 'abandoned_cart', 'Abandoned Cart Recovery', 'business'),
    ('marketing', 'email_marketing', 'Email Marketing', 'business'),
    ('marketing', 'loyalty_program', 'Loyalty Program', 'enterprise'),
    ('support', 'basic_support', 'Email Support', 'essential'),
    ('support', 'priority_support', 'Priority Support', 'professional'),
    ('support', 'phone_support', 'Phone Support', 'business'),
    ('support', 'dedicated_manager', 'Dedicated Account Manager', 'enterprise'),
    ('integration', 'basic_api', 'Basic API Access', 'professional'),
    ('integration', 'advanced_api', 'Advanced API Access', 'business'),
    ('integration', 'webhooks', 'Webhooks', 'business'),
    ('integration', 'custom_integrations', 'Custom Integrations', 'enterprise'),
    ('branding', 'basic_theme', 'Theme Customization', 'essential'),
    ('branding', 'custom_domain', 'Custom Domain', 'professional'),
    ('branding', 'white_label', 'White Label', 'enterprise'),
    ('branding', 'custom_checkout', 'Custom Checkout', 'enterprise'),
    ('team', 'team_management', 'Team Management', 'professional'),
    ('team', 'role_permissions', 'Role Permissions', 'business'),
    ('team', 'audit_logs', 'Audit Logs', 'business');

UPDATE features SET kind = 'quantitative' WHERE code IN ('basic_orders', 'basic_products');

-- Essential has one team member, and no team management: the store's own limit, not the feature's.
INSERT INTO limits (code, feature_code, name, "window") VALUES
    ('orders', 'basic_orders', 'Orders', 'month'),
    ('products', 'basic_products', 'Products', 'total'),
    ('team_members', NULL, 'Team members', 'total');

INSERT INTO tier_limits (tier_code, limit_code, limit_value) VALUES
    ('essential', 'orders', 100), ('professional', 'orders', 500), ('business', 'orders', 2000), ('enterprise', 'orders', -1),
    ('essential', 'products', 200), ('professional', 'products', 2000), ('business', 'products', 10000),
    ('enterprise', 'products', -1),
    ('essential', 'team_members', 1), ('professional', 'team_members', 5), ('business', 'team_members', 15),
    ('enterprise', 'team_members', -1);
