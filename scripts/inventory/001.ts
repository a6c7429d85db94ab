/** What the notebook of study 001 holds. */
import type { InventoryItem } from "./inventory.ts";

export const study001: readonly InventoryItem[] = [];
