export { checkedNote } from '../kernel/note.ts';
