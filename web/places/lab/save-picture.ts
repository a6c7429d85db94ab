/** Saves a picture or its numbers as a file of the browser. */
import type { Picture } from "../../../src/report/picture.ts";
import { svgFile } from "../../../src/report/svg-file.ts";
import { tableCsv } from "../../../src/report/tables.ts";

export const pictureFormats = ["svg", "png", "csv"] as const;

/** Dots of a PNG for each unit of the picture, for print and sharp screens; fewer where there would be too many for a canvas. */
const [density, mostDots] = [2, 8192];

/** @throws Error where the browser cannot draw it */
export async function savePicture(picture: Picture, format: (typeof pictureFormats)[number]): Promise<void> {
  offer(await fileOf(picture, format), `matinee-${picture.name}.${format}`);
}

function fileOf(picture: Picture, format: (typeof pictureFormats)[number]): Promise<Blob> | Blob {
  if (format === "csv") return new Blob([tableCsv(picture.table)], { type: "text/csv;charset=utf-8" });
  const svg = new Blob([svgFile(picture)], { type: "image/svg+xml" });
  return format === "svg" ? svg : toPng(svg);
}

async function toPng(svg: Blob): Promise<Blob> {
  const url = URL.createObjectURL(svg);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const { naturalWidth: width, naturalHeight: height } = image;
    const scale = Math.min(density, mostDots / Math.max(width, height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.ceil(width * scale);
    canvas.height = Math.ceil(height * scale);
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((found, fail) =>
      canvas.toBlob((png) => (png ? found(png) : fail(new Error("this browser draws no PNG"))), "image/png"),
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}

function offer(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
