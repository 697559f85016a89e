select cluster, login_role, schema_name, role_name, status
from tenant
where slug = $1::text
