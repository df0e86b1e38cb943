import type { Feature } from '../feature.ts';
import { orderById } from './orders.loaders.ts';
import { orderPermissions } from './orders.permissions.ts';
import {
  OrderLinesResolver,
  OrdersOfBuyersResolver,
  OrdersOfMerchantsResolver,
  OrdersResolver,
} from './orders.resolver.ts';

export const ordersFeature: Feature = {
  name: 'orders',
  resolvers: [OrdersResolver, OrderLinesResolver, OrdersOfBuyersResolver, OrdersOfMerchantsResolver],
  permissions: orderPermissions,
  nodes: { Order: orderById },
};
