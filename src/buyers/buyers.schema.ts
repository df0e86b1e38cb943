import { ObjectType } from 'type-graphql';
import { SubjectView, type SubjectRow } from '../schema/subject.ts';

/** A buyer as the loaders give it. */
export interface BuyerRow extends SubjectRow {
  readonly __typename: 'Buyer';
}

@ObjectType('Buyer', {
  implements: SubjectView,
  simpleResolvers: true,
  description: 'A person who buys and reviews. Seen by itself and by the marketplace only.',
})
export class BuyerView extends SubjectView {}
