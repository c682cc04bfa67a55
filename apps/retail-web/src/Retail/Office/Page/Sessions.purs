-- | The tills' sessions, the newest first, with their reports.
module Retail.Office.Page.Sessions (component) where

import Prelude

import Data.Array (find, last, null)
import Data.Foldable (for_)
import Data.Maybe (Maybe(..), isJust, maybe)
import Effect.Class (liftEffect)
import Halogen as H
import Halogen.HTML as HH
import Retail.Api.Request as Request
import Retail.Api.Types (Me, Report, SessionState(..), Till, TillSession, TillSessionId(..))
import Retail.AppM (AppM)
import Retail.Capability.Api (ask)
import Retail.Component.Html (Notice, button, classes, detailOf, notice, waiting)
import Retail.Component.Page (answered, focus, print)
import Retail.Component.Report (reportPaper)
import Retail.Component.Table (Cell(..), table)
import Retail.Data.Time (showTime)

type State = { me :: Me, tills :: Array Till, sessions :: Maybe (Array TillSession), older :: Boolean, shown :: Maybe Report, said :: Maybe Notice }

data Action = Start | Older | Show TillSession | Print

component :: forall query output. H.Component query Me output AppM
component = H.mkComponent
  { initialState: { me: _, tills: [], sessions: Nothing, older: false, shown: Nothing, said: Nothing }
  , render
  , eval: H.mkEval H.defaultEval { handleAction = handle, initialize = Just Start }
  }

render :: forall w. State -> HH.HTML w Action
render { me, tills, sessions, older, shown, said } = HH.main [ classes "page" ]
  [ HH.h1 [ classes "no-print" ] [ HH.text "Sessions" ]
  , notice said
  , HH.div [ classes "split" ]
      [ HH.div [ classes "stack no-print" ]
          ( [ maybe (waiting "Asking for the sessions…") list sessions ]
              <> if older then [ HH.div [ classes "actions" ] [ button "Older ones" "" true Older ] ] else []
          )
      , detailOf (maybe [] paper shown)
      ]
  ]
  where
  list some =
    if null some then HH.p_ [ HH.text "No till has been opened yet." ]
    else table [ Words "Opened", Words "Till", Words "State", Words "" ] (map row some)
  row one =
    { chosen: map _.tillSessionId shown == Just one.tillSessionId
    , cells:
        [ Words (showTime one.openedAt)
        , Words (maybe "" _.name (find (\till -> till.tillId == one.tillId) tills))
        , Words (stateName one.state)
        , Held [ button (if one.state == SessionStateClosed then "Z-report" else "X-report") "" true (Show one) ]
        ]
    }
  paper one = [ reportPaper me.organisation one, HH.div [ classes "actions no-print" ] [ button "Print" "" true Print ] ]

stateName :: SessionState -> String
stateName = case _ of
  SessionStateOpen -> "open"
  SessionStateCounting -> "being counted"
  SessionStateClosed -> "closed"

handle :: forall slots output. Action -> H.HalogenM State Action slots output AppM Unit
handle = case _ of
  Start -> do
    tills <- ask Request.listTills
    for_ tills \some -> H.modify_ _ { tills = some }
    more []
  Older -> H.gets _.sessions >>= \before -> for_ before more
  Show { tillSessionId } -> do
    answer <- ask (Request.report tillSessionId)
    answered answer \report -> H.modify_ _ { shown = Just report, said = Nothing } *> focus "detail"
  Print -> liftEffect print

-- | The page after those.
more :: forall slots output. Array TillSession -> H.HalogenM State Action slots output AppM Unit
more before = do
  answer <- ask (Request.listSessions { till: Nothing, after: textOf <$> last before, limit: Just 50.0 })
  answered answer \{ items, next } -> H.modify_ _ { sessions = Just (before <> items), older = isJust next }
  where
  textOf { tillSessionId: TillSessionId text } = text
