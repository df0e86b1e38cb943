import { createRequire } from 'node:module';
import util from 'node:util';

/**
 * graphql-shield 7.6.5, its last release, does not load as an ES module on Node 23 and later: it imports `isUndefined` from
 * node:util, which is no more (maticzav/graphql-shield#1561). Its CommonJS build looks the name up only when it is called, so
 * the function is given back and that build is loaded.
 */
const require = createRequire(import.meta.url);
(util as { isUndefined?: (value: unknown) => boolean }).isUndefined ??= (value) => value === undefined;

export const { allow, deny, rule, shield } = require('graphql-shield') as typeof import('graphql-shield');
/** From the same side as shield, because shield's result is known by `instanceof`. */
export const { applyMiddleware } = require('graphql-middleware') as typeof import('graphql-middleware');
