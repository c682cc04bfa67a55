-- | The bar above every page: where one is, where one can go, who is here, what waits.
module Retail.Component.Frame (bar) where

import Prelude

import Data.Array (filter)
import Halogen.HTML as HH
import Halogen.HTML.Events as HE
import Halogen.HTML.Properties as HP
import Halogen.HTML.Properties.ARIA as ARIA
import Retail.Api.Types (Me)
import Retail.Component.Html (classes)

type Link = { to :: String, text :: String, here :: Boolean }

type Bar w i =
  { me :: Me
  , place :: String
  , links :: Array Link
  , who :: HH.HTML w i
  , logOut :: i
  , online :: Boolean
  , waits :: Array (HH.HTML w i)
  }

bar :: forall w i. Bar w i -> HH.HTML w i
bar { me, place, links, who, logOut, online, waits } = HH.header [ classes "bar" ]
  [ HH.p [ classes "where" ] [ HH.strong_ [ HH.text me.organisation.name ], HH.text (" " <> place) ]
  , HH.nav [ ARIA.label "Pages" ] (map link links)
  , HH.p [ classes "who" ]
      [ who, HH.button [ classes "plain", HP.type_ HP.ButtonButton, HE.onClick \_ -> logOut ] [ HH.text "Log out" ] ]
  , HH.p [ classes (if online then "state" else "state offline"), ARIA.role "status", ARIA.live "polite" ]
      ((if online then [] else [ HH.text "The server does not answer. " ]) <> waits)
  ]
  where
  link { to, text, here } = HH.a
    ([ HP.href to ] <> filter (const here) [ HP.attr (HH.AttrName "aria-current") "page" ])
    [ HH.text text ]
