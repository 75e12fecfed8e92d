// Takes the place of the theme's script of this name (1.5 MB): the theme's stylesheet and fonts draw its icons alone.
