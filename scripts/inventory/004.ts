/** What the notebook of study 004 holds. */
import type { InventoryItem } from "./inventory.ts";

export const study004: readonly InventoryItem[] = [];
