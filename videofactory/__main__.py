"""`python -m videofactory`: the command line where no script `videofactory` is on the path."""

from videofactory.cli.main import main

if __name__ == "__main__":
    main()
