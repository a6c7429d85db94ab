/** Says that nothing on the page is real, and how to get what is. */
export function MadeUpNote() {
  return (
    <div class="made-up" role="note" aria-label="Made-up films">
      <p class="made-up-title">These films are made up.</p>
      <p>
        Nobody has filmed them, and a program invented their ratings: the page is for trying out. To see real films,
        stop Matinee and start it with a connection to the internet, or download{" "}
        <a href="https://grouplens.org/datasets/movielens/latest/">MovieLens ratings</a>, unpack them, and name the
        folder: <code>npm start -- --data FOLDER</code> or <code>matinee serve --data FOLDER</code>.
      </p>
    </div>
  );
}
