import { Buyer } from './buyers/buyer.ts';
import { Receipt } from './evidence/receipt.ts';
import { Excuse } from './grades/excuse.ts';
import { PolicyVersion } from './grades/policy-version.ts';
import { Merchant } from './merchants/merchant.ts';
import { Order } from './orders/order.ts';
import { Product } from './products/product.ts';
import { Review, ReviewReply, ReviewReport, ReviewVoid } from './reviews/review.ts';

/** Every table that is read through the ORM. The others (ledger, balances, inbox) are read and written by prepared statements alone. */
export const entities = [
  Merchant,
  Buyer,
  Product,
  Order,
  Review,
  ReviewReply,
  ReviewVoid,
  ReviewReport,
  Receipt,
  PolicyVersion,
  Excuse,
];
