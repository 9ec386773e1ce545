from . import floor, portal
