-- | Bars with their values beside them: readable without colour, without the picture, and on a phone.
module Retail.Component.Chart (Bar, bars) where

import Prelude

import Data.Foldable (foldl)
import Data.Number.Format (toString)
import Halogen.HTML as HH
import Halogen.HTML.Properties as HP
import Halogen.HTML.Properties.ARIA as ARIA
import Retail.Component.Html (classes)

type Bar = { label :: String, value :: Number, shown :: String }

bars :: forall w i. String -> Array Bar -> HH.HTML w i
bars title some = HH.ul [ classes "chart", ARIA.label title ] (map row some)
  where
  largest = foldl max 1.0 (map _.value some)
  row { label, value, shown } = HH.li_
    [ HH.span_ [ HH.text label ]
    , svg "svg" [ at "aria-hidden" "true" ] [ svg "rect" [ at "width" (toString (100.0 * max 0.0 value / largest) <> "%"), at "height" "100%" ] [] ]
    , HH.span [ classes "number" ] [ HH.text shown ]
    ]
  svg name = HH.elementNS (HH.Namespace "http://www.w3.org/2000/svg") (HH.ElemName name)
  at name = HP.attr (HH.AttrName name)
