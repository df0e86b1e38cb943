import { ormConfig } from './db/orm.ts';
import { entities } from './entities.ts';

/** For `mikro-orm` on the command line: migration:create needs no server, migration:check does. */
export default ormConfig(process.env['DATABASE_URL'] ?? 'postgresql://localhost/credence', entities);
