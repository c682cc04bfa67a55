-- | Bars with their values beside them: readable without colour, and without the picture.
module Retail.Component.Chart (Bar, bars) where

import Prelude

import Data.Array (concat, length, mapWithIndex)
import Data.Foldable (foldl)
import Data.Int (toNumber)
import Data.Number.Format (toString)
import Halogen.HTML as HH
import Halogen.HTML.Properties as HP
import Halogen.HTML.Properties.ARIA as ARIA

type Bar = { label :: String, value :: Number, shown :: String }

bars :: forall w i. String -> Array Bar -> HH.HTML w i
bars title some = svg "svg"
  [ at "class" "chart", at "viewBox" ("0 0 640 " <> toString (toNumber (length some) * 28.0)), ARIA.role "img", ARIA.label title ]
  (concat (mapWithIndex row some))
  where
  largest = foldl max 1.0 (map _.value some)
  row index { label, value, shown } =
    let
      top = toNumber index * 28.0
    in
      [ text "start" 0.0 (top + 18.0) label
      , svg "rect"
          [ at "class" "bar-mark", number "x" 170.0, number "y" (top + 5.0), number "width" (max 1.0 (380.0 * max 0.0 value / largest)), number "height" 18.0 ]
          []
      , text "end" 640.0 (top + 18.0) shown
      ]
  text anchor x y words = svg "text" [ at "text-anchor" anchor, number "x" x, number "y" y ] [ HH.text words ]
  svg name = HH.elementNS (HH.Namespace "http://www.w3.org/2000/svg") (HH.ElemName name)
  at name = HP.attr (HH.AttrName name)
  number name = at name <<< toString
