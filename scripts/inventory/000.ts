/** What the notebook of study 000 holds. */
import type { InventoryItem } from "./inventory.ts";

export const study000: readonly InventoryItem[] = [];
